import type { MediaDetails, SessionLike } from './electron-like.ts'
import { isAppUrl } from '../page/origin.ts'

export interface PermissionQuestion {
  readonly permission: string
  readonly origin: string
  readonly isMainFrame: boolean
  readonly mediaTypes: readonly string[]
  /** The lane's own wish at this moment: a shopper chose to pay by face, or is enrolling. */
  readonly laneWantsCamera: boolean
}

/** The camera, for our own page, without the microphone, while the lane wants it. Nothing else, ever. */
export function isGranted(question: PermissionQuestion): boolean {
  return (
    question.permission === 'media' &&
    question.isMainFrame &&
    isAppUrl(question.origin) &&
    question.mediaTypes.length > 0 &&
    question.mediaTypes.every((type) => type === 'video') &&
    question.laneWantsCamera
  )
}

function mediaTypesOf(details: MediaDetails): readonly string[] {
  return details.mediaTypes ?? (details.mediaType === undefined ? [] : [details.mediaType])
}

/** Answers every permission question of the session: requests, silent checks, and devices. */
export function guardPermissions(session: SessionLike, wantsCamera: () => boolean): void {
  const answer = (permission: string, origin: string, details: MediaDetails): boolean =>
    isGranted({
      permission,
      origin,
      isMainFrame: details.isMainFrame,
      mediaTypes: mediaTypesOf(details),
      laneWantsCamera: wantsCamera(),
    })
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    callback(answer(permission, details.requestingUrl ?? '', details))
  })
  session.setPermissionCheckHandler((_contents, permission, origin, details) =>
    answer(permission, origin, details),
  )
  // Scanner and printer belong to the lane's drivers; the page reaches no device.
  session.setDevicePermissionHandler(() => false)
}
