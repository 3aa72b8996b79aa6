import { expect, test } from 'vitest'
import { imageBytes } from '../../../src-main/face/engine/kernel/imageBytes.ts'
import { kernelBytes } from '../../../src-main/face/gallery/kernel/kernelBytes.ts'
import { compileKernel, kernelSources } from '../../kernel/wat.ts'

test.each([
  ['gallery', kernelSources.gallery, kernelBytes],
  ['image', kernelSources.image, imageBytes],
])('the %s kernel that runs is its text compiled', async (_name, source, shipped) => {
  expect(Buffer.from(shipped).equals(await compileKernel(source))).toBe(true)
})
