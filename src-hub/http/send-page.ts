import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Language } from '../../src-main/contract/values.ts'
import { pagePolicy } from '../pages/style.ts'
import { languageOf } from '../pages/words.ts'

export function sendPage(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .status(status)
    .type('text/html; charset=utf-8')
    .header('content-security-policy', pagePolicy)
    .send(page)
}

export function languageFor(request: FastifyRequest): Language {
  return languageOf(request.headers['accept-language'])
}
