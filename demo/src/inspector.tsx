import { useEffect, useRef } from 'react'
import { store } from './store.ts'

/** The store's own inspector: loaded when somebody opens this panel. It speaks English. */
export function Inspector() {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let inspector: HTMLElement | undefined
    let isGone = false
    import('../../src/inspector.ts').then(({ defineRsvpInspector }) => {
      if (isGone) return
      defineRsvpInspector()
      inspector = Object.assign(document.createElement('rsvp-inspector'), { store })
      place.current?.append(inspector)
    }, ignore) // offline, before it was ever loaded
    return () => {
      isGone = true
      inspector?.remove()
    }
  }, [])
  return <div ref={place} lang="en" dir="ltr" className="inspector" />
}

function ignore(): void {}
