import { useEffect, useState } from 'react'

/** Epoch milliseconds, renewed every `everyMs`; stands still while there is nothing to count. */
export function useNow(everyMs: number, isCounting = true): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!isCounting) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs, isCounting])
  return now
}
