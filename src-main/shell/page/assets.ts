import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { LaneHostPort } from '../../contract/channels.ts'
import { securityHeaders } from './content-security.ts'
import { isAppUrl } from './origin.ts'

/** Everything the page is made of; a file of another kind is not served. */
const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

/**
 * The file below `root` that an address of the page names, or null: foreign addresses, broken escapes, and every path
 * that would leave the folder.
 */
export function assetPath(root: string, url: string): string | null {
  const parsed = isAppUrl(url) ? URL.parse(url) : null
  if (parsed === null) return null
  const name = decoded(parsed.pathname)
  if (name === null || name.includes('\0') || name.includes('\\')) return null
  const file = path.join(root, name === '/' ? '/index.html' : name)
  return file.startsWith(root + path.sep) ? file : null
}

function decoded(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return null
  }
}

function refuse(status: 404 | 405): Response {
  return new Response(null, { status, headers: securityHeaders })
}

function serve(bytes: Uint8Array<ArrayBuffer>, extension: string): Response {
  const type = contentTypes[extension]
  if (type === undefined) return refuse(404)
  return new Response(bytes, {
    headers: { ...securityHeaders, 'Content-Type': type, 'Cache-Control': 'no-cache' },
  })
}

export type PictureHost = Pick<LaneHostPort, 'bench' | 'cameraPreview'>

/** Pictures made while the lane runs: what its own camera sees, and the papers of the bench's printer. */
function livePicture(host: PictureHost, pathname: string): Uint8Array | null {
  const paper = /^\/papers\/([\w-]+)\.png$/.exec(pathname)?.[1]
  if (paper !== undefined) return host.bench?.paper(paper) ?? null
  return pathname === '/camera/preview.jpg' ? host.cameraPreview() : null
}

/** Answers the page's requests from the built renderer at `root` (absolute) and from the running lane. */
export function assetHandler(root: string, host: PictureHost): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405)
    const file = assetPath(root, request.url)
    if (file === null) return refuse(404)
    const extension = path.extname(file)
    const picture = livePicture(host, new URL(request.url).pathname)
    if (picture !== null) return serve(new Uint8Array(picture), extension)
    try {
      return serve(new Uint8Array(await readFile(file)), extension)
    } catch {
      return refuse(404)
    }
  }
}
