import { useEffect, useRef, useState } from 'react'

/** How far from the screen the end of a list already asks for more. */
const AHEAD = '100% 0px'

/** The end of a list that goes on: comes by itself when it is scrolled to, and by hand where nothing scrolls. */
export function ShowMore({
  words,
  busyWords,
  shown,
  onMore,
}: {
  readonly words: string
  readonly busyWords: string
  /** How long the list is: by itself each length asks once, so that a server that is silent is not asked on and on. */
  readonly shown: number
  readonly onMore: () => Promise<void>
}) {
  const [isBusy, setBusy] = useState(false)
  const asked = useRef<number>(undefined)
  const button = useRef<HTMLButtonElement>(null)
  const more = () => {
    if (isBusy) return
    asked.current = shown
    setBusy(true)
    onMore()
      .catch(() => undefined) // the banner says why
      .finally(() => setBusy(false))
  }

  useEffect(() => {
    if (isBusy || asked.current === shown || !button.current) return
    const watcher = new IntersectionObserver((seen) => seen.at(-1)?.isIntersecting && more(), {
      rootMargin: AHEAD,
    })
    watcher.observe(button.current)
    return () => watcher.disconnect()
  })

  return (
    <button ref={button} type="button" className="button quiet more" aria-disabled={isBusy} onClick={more}>
      {isBusy ? busyWords : words}
    </button>
  )
}
