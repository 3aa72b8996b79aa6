import { useEffect, useState } from 'react'

const settleMs = 500

/**
 * False for the first half second of a screen: a touch meant for what stood there before must not move money.
 */
export function useSettled(): boolean {
  const [settled, setSettled] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(true), settleMs)
    return () => clearTimeout(timer)
  }, [])
  return settled
}
