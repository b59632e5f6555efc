import { useEffect, useState } from 'react'
import type { EventView } from '../../src/index.ts'

const AGAIN_MS = 15_000

/** The same colour for the same event each time: what shows while, or where, there is no picture. */
const hueOf = (id: string): number =>
  [...id].reduce((sum, sign) => (sum * 7 + sign.charCodeAt(0) * 47) % 360, 0)

/** The cover picture in its reserved place. A picture that does not come is asked for again after a while. */
export function Cover({ event, eager = false }: { readonly event: EventView; readonly eager?: boolean }) {
  const [turn, setTurn] = useState(0)
  const [isMissing, setMissing] = useState(false)
  const url = event.cover?.fileUrl

  useEffect(() => {
    if (!isMissing) return
    const timer = setTimeout(() => {
      setMissing(false)
      setTurn((last) => last + 1)
    }, AGAIN_MS)
    return () => clearTimeout(timer)
  }, [isMissing])

  return (
    <div className="cover" style={{ '--hue': hueOf(event.eventId) } as React.CSSProperties}>
      {url && !isMissing && (
        <img
          key={turn}
          src={url}
          alt=""
          width={1200}
          height={675}
          loading={eager ? 'eager' : 'lazy'}
          fetchPriority={eager ? 'high' : 'auto'}
          decoding="async"
          onError={() => setMissing(true)}
        />
      )}
    </div>
  )
}
