import type { PaymentProvider, ProviderPending, ProviderRegistry } from '../providers/port.ts'

/** What a provider is given beyond its signal to settle in; then its silence is an answer. */
const graceMs = 1_000

/**
 * The same providers, but none of the ones outside can hold a row and a connection for longer than its calls may take:
 * one that does not heed its signal has not answered. Its late answer is asked for again like any that was lost.
 */
export function bounded(registry: ProviderRegistry): ProviderRegistry {
  const guards = new Map<PaymentProvider, PaymentProvider>()
  const guarded = (provider: PaymentProvider | null): PaymentProvider | null => {
    if (provider === null || provider.ledger === 'hub') return provider
    const known = guards.get(provider) ?? guard(provider)
    guards.set(provider, known)
    return known
  }
  return {
    all: registry.all,
    named: (name) => guarded(registry.named(name)),
    providerFor: (payer) => guarded(registry.providerFor(payer)),
  }
}

function guard(provider: PaymentProvider): PaymentProvider {
  const { name, ledger, declares, timetable } = provider
  const silence = { kind: 'pending', queryAfterMs: timetable.everyMs } as const
  return {
    name,
    ledger,
    declares,
    timetable,
    authorise: (tx, order) => inTime(provider.authorise(tx, order), order.signal, silence),
    query: (tx, order) => inTime(provider.query(tx, order), order.signal, silence),
    cancel: (tx, order) => inTime(provider.cancel(tx, order), order.signal, silence),
    refund: (tx, order) => inTime(provider.refund(tx, order), order.signal, silence),
  }
}

async function inTime<T>(
  answer: Promise<T>,
  signal: AbortSignal,
  silence: ProviderPending,
): Promise<T | ProviderPending> {
  const late = Promise.withResolvers<ProviderPending>()
  let timer: NodeJS.Timeout | undefined
  const start = () => {
    timer = setTimeout(() => late.resolve(silence), graceMs)
  }
  if (signal.aborted) start()
  else signal.addEventListener('abort', start, { once: true })
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', start)
  }
}
