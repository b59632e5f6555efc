import { Observable, Subject } from 'rxjs'
import type { RsvpStatus } from '../model/entities.ts'
import type { EventId } from '../model/ids.ts'
import type { OutboxEntry } from '../model/outbox-entry.ts'
import type { Tap } from './overlay.ts'

interface Held {
  tap: Tap
  /** The turn of its write; infinite until that is done, for it may be taken back and tried again. */
  turn: number
}

export type Taps = ReturnType<typeof createTaps>

/** Taps between the finger and the disk: what makes an answer visible in the frame in which it was given. */
export function createTaps() {
  const heldByEvent = new Map<EventId, readonly Held[]>()
  /** The writes of taps. */
  const turns = new Set<number>()
  /** By event: a tap must not go through a thousand views to find the one. */
  const pokesOf = new Map<EventId | undefined, Subject<void>>()

  /** Says that views of this event may look different now; with none given, of any event. */
  const pokes$ = (eventId: EventId | undefined): Observable<void> =>
    new Observable((observer) => {
      const poke$ = pokesOf.get(eventId) ?? new Subject()
      pokesOf.set(eventId, poke$)
      observer.add(poke$.subscribe(observer))
      return () => poke$.observed || pokesOf.delete(eventId)
    })

  /** The newest tap that a snapshot of this turn does not hold yet, after the ones before it. */
  const tapOf = (eventId: EventId, turn: number): Tap | undefined =>
    (heldByEvent.get(eventId) ?? [])
      .filter((held) => held.turn > turn)
      .reduce<Tap | undefined>(
        (after, { tap }) => (tap.phase === 'saved' ? tap : { ...tap, after }),
        undefined,
      )

  /** Shows taps of one write at once, each observer everything in one go; the caller tells how the write goes. */
  function begin(answers: readonly { readonly eventId: EventId; readonly status: RsvpStatus }[]) {
    const mine = answers.map(({ eventId, status }) => ({
      eventId,
      held: { tap: { phase: 'saving', status }, turn: Number.POSITIVE_INFINITY } as Held,
    }))
    const keep = (next: (all: readonly Held[], held: Held, index: number) => readonly Held[]) => {
      for (const [index, { eventId, held }] of mine.entries())
        heldByEvent.set(eventId, next(heldByEvent.get(eventId) ?? [], held, index))
      for (const id of [...mine.map(({ eventId }) => eventId), undefined]) pokesOf.get(id)?.next()
    }
    keep((all, held) => [...all, held])
    let latest = 0
    return {
      /** A try to store them has begun. */
      began(turn: number): void {
        latest = turn
        turns.add(turn)
      },
      /** On disk, as these entries: older taps are history. */
      saved(entries: readonly (OutboxEntry | undefined)[]): void {
        keep((all, held, index) => {
          held.tap = { phase: 'saved', entry: entries[index] }
          held.turn = latest
          return all.slice(all.indexOf(held))
        })
      },
      /** Nothing was stored: the views go back to what was before. */
      failed(): void {
        keep((all, held) => all.filter((other) => other !== held))
      },
    }
  }

  /** Was this write a tap? What it changed is drawn over what was read before it. */
  const isTap = (turn: number | undefined) => turn !== undefined && turns.has(turn)

  return { pokes$, tapOf, isTap, begin }
}
