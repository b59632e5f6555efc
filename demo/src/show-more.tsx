import { useEffect, useRef } from 'react'
import type { More } from './use-more.ts'

/** How far from the screen the end of a list already asks for more. */
const AHEAD = '100% 0px'

/** The end of a list that goes on: comes by itself when it is scrolled to, and by hand where nothing scrolls. */
export function ShowMore({
  words,
  busyWords,
  more: { isBusy, isAsked, more },
}: {
  readonly words: string
  readonly busyWords: string
  readonly more: More
}) {
  const button = useRef<HTMLButtonElement>(null)

  useEffect(() => {
    if (isBusy || isAsked || !button.current) return
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
