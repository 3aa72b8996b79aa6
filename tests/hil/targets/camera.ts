import type { Target } from './rig.ts'

export function cameraTarget(): Target {
  return { name: 'camera', modprobe: ['vivid n_devs=1 no_error_inj=1'], hardware: [], hands: {} }
}
