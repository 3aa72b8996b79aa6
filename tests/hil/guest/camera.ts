import { writeFileSync } from 'node:fs'
import { V4l2Camera } from '../../../drivers/camera/v4l2Camera.ts'
import { allChecked, check, until } from './checks.ts'

/** Inside the guest: a camera that its kernel makes itself (vivid), taken away while it looks. */
const platform = '/sys/bus/platform/drivers/vivid'
const device = '/dev/video0'
const make = () => new V4l2Camera({ device, widthPx: 640, heightPx: 360, framesPerSecond: 5 })
const camera = make()
const wanted = 3

await check('a camera is opened and gives pictures', async () => {
  await openWhenThere(camera)
  const seen: string[] = []
  for await (const { sequence, widthPx, heightPx, data } of camera.frames()) {
    seen.push(`${sequence}: ${widthPx}x${heightPx}, ${data.byteLength} bytes`)
    if (seen.length === wanted) break
  }
  return seen.at(-1) ?? false
})
await check('pulled out while somebody looks, whoever looks is told', async () => {
  const looking = drain(camera)
  writeFileSync(`${platform}/unbind`, 'vivid.0')
  const end = await looking
  return !end.startsWith('ended') && end
})
await check('a camera that is not there is refused, not waited for', async () => {
  await camera.close()
  const refused = await make()
    .open()
    .then(
      () => 'opened',
      (thrown: unknown) => (thrown as { code?: string }).code ?? String(thrown),
    )
  return refused.startsWith('camera.') && refused
})
await check('plugged in again it gives pictures again', async () => {
  writeFileSync(`${platform}/bind`, 'vivid.0')
  const again = make()
  await openWhenThere(again)
  for await (const { widthPx, heightPx } of again.frames()) {
    await again.close()
    return `${widthPx}x${heightPx}`
  }
  return false
})
allChecked()

async function openWhenThere(one: V4l2Camera): Promise<void> {
  await until('the camera to open', () =>
    one.open().then(
      () => true,
      () => false,
    ),
  )
}

/** How the frames end: by themselves, or the code of the failure. */
async function drain(one: V4l2Camera): Promise<string> {
  try {
    let pictures = 0
    for await (const { sequence } of one.frames()) pictures = sequence
    return `ended after ${pictures}`
  } catch (thrown) {
    return (thrown as { code?: string }).code ?? String(thrown)
  }
}
