export { lifeCycleSuite } from '../../../../drivers/kit/life-cycle.ts'
export { bringUp, type DeviceRig as Rig } from '../../../../drivers/kit/rig.ts'
