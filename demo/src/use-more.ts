import { useRef, useState } from 'react'

export interface More {
  readonly isBusy: boolean
  /** By itself each length of the list asks once, so that a server that is silent is not asked on and on. */
  readonly isAsked: boolean
  readonly more: () => void
}

/** What makes a list longer; it outlives the button, which is not there while nobody knows whether there is more. */
export function useMore(shown: number, loadMore: () => Promise<void>): More {
  const [isBusy, setBusy] = useState(false)
  const asked = useRef<number>(undefined)
  return {
    isBusy,
    isAsked: asked.current === shown,
    more() {
      if (isBusy) return
      asked.current = shown
      setBusy(true)
      loadMore()
        .catch(() => undefined) // the banner says why
        .finally(() => setBusy(false))
    },
  }
}
