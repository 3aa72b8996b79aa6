import { rightsPolicySchema, type Jurisdiction, type RightsPolicy } from '../../contract/rights.ts'
import cn from './policies/cn.json' with { type: 'json' }
import strictest from './policies/default.json' with { type: 'json' }
import eu from './policies/eu.json' with { type: 'json' }
import usIl from './policies/us-il.json' with { type: 'json' }

const policies: Readonly<Record<Jurisdiction, RightsPolicy>> = {
  CN: rightsPolicySchema.parse(cn),
  EU: rightsPolicySchema.parse(eu),
  'US-IL': rightsPolicySchema.parse(usIl),
  default: rightsPolicySchema.parse(strictest),
}

export function rightsPolicy(jurisdiction: Jurisdiction): RightsPolicy {
  return policies[jurisdiction]
}

const dayMs = 86_400_000

/** Whoever neither enrolled nor paid after this moment is deleted; ms UTC. */
export function retentionBorderMs(policy: RightsPolicy, nowMs: number): number {
  return nowMs - policy.retention.unusedDays * dayMs
}

/** The latest moment for a deletion that was asked for at `requestedAtMs`; ms UTC. */
export function deletionDueAtMs(policy: RightsPolicy, requestedAtMs: number): number {
  return requestedAtMs + policy.duties.deleteWithinDays * dayMs
}
