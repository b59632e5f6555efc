import { useEffect, useRef, useState } from 'react'

/** The end of a list that goes on: comes by itself when it is scrolled to, and by hand where nothing scrolls. */
export function ShowMore({ what, onMore }: { readonly what: string; readonly onMore: () => Promise<void> }) {
  const [isBusy, setBusy] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const more = () => {
    setBusy(true)
    void onMore().finally(() => setBusy(false))
  }

  useEffect(() => {
    if (isBusy || !button.current) return
    const watcher = new IntersectionObserver(([seen]) => seen?.isIntersecting && more())
    watcher.observe(button.current)
    return () => watcher.disconnect()
  })

  return (
    <button ref={button} type="button" className="button quiet more" disabled={isBusy} onClick={more}>
      {isBusy ? `Loading more ${what}…` : `Show more ${what}`}
    </button>
  )
}
