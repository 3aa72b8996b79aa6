import { unreachable } from '../../contract/result.ts'
import type { FailureData } from '../../contract/failure.ts'
import type { Result } from '../../contract/result.ts'
import { ok } from '../../contract/result.ts'
import type { FetchModelsRequest, FetchedPack, ListedModel } from './models.ts'
import { fetchModels, listModels, verifyModels } from './models.ts'

export const modelsActions = ['fetch', 'verify', 'list'] as const
export type ModelsAction = (typeof modelsActions)[number]

export type ModelsReport =
  | { readonly action: 'fetch'; readonly packs: readonly FetchedPack[] }
  | { readonly action: 'verify'; readonly files: number }
  | { readonly action: 'list'; readonly models: readonly ListedModel[] }

/** `facelane models fetch|verify|list`: the value is what `--json` prints; progress goes to `onProgress`. */
export async function runModelsCommand(
  action: ModelsAction,
  request: FetchModelsRequest,
): Promise<Result<ModelsReport, FailureData>> {
  switch (action) {
    case 'fetch': {
      const fetched = await fetchModels(request)
      return fetched.ok ? ok({ action, packs: fetched.value }) : fetched
    }
    case 'verify': {
      const verified = await verifyModels(request)
      return verified.ok ? ok({ action, files: verified.value.files }) : verified
    }
    case 'list':
      return ok({ action, models: await listModels(request) })
    default:
      return unreachable(action)
  }
}
