import type { FastifyInstance } from 'fastify'
import type { HubContext } from '../context.ts'
export function pageRoutes(_app: FastifyInstance, _context: HubContext): void {}
