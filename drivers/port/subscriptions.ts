/** Ends a subscription; calling it again does nothing. */
export type Unsubscribe = () => void

export interface Subscriptions<T> {
  add(listener: (value: T) => void): Unsubscribe
  emit(value: T): void
  /** Listeners now; a test that leaks one can see it. */
  size(): number
}

/** A list of listeners. One added or removed while an event is being delivered counts from the next event on. */
export function createSubscriptions<T>(): Subscriptions<T> {
  const entries = new Set<{ readonly listener: (value: T) => void }>()
  return {
    add(listener) {
      const entry = { listener }
      entries.add(entry)
      return () => void entries.delete(entry)
    },
    emit(value) {
      for (const { listener } of [...entries]) listener(value)
    },
    size: () => entries.size,
  }
}
