import type { EventId, UserId } from '../model/ids.ts'
import type { Changes } from './changes.ts'
import type { EventFacts } from './find.ts'

type Id = string | null | undefined

/**
 * The events whose facts a commit may have changed: by rows of their own, and of those that are shown also by the host
 * or the picture that they point at. `undefined`: any.
 */
export function eventsTouchedBy(
  changes: Changes,
  me: UserId,
  shown: Iterable<EventFacts>,
): readonly EventId[] | undefined {
  const [events, outbox] = [changes.keysOf('events'), changes.keysOf('outbox')]
  const [responses, users, files] = [
    changes.keysOf('responses'),
    changes.keysOf('users'),
    changes.keysOf('files'),
  ]
  if (!events || !outbox || !responses || !users || !files) return undefined
  const mine = responses.filter(([, userId]) => userId === me).map(([eventId]) => eventId)
  return [...events, ...outbox, ...mine, ...pointingAt(shown, new Set(users), new Set(files))]
}

function pointingAt(
  shown: Iterable<EventFacts>,
  users: ReadonlySet<Id>,
  files: ReadonlySet<Id>,
): readonly EventId[] {
  if (users.size + files.size === 0) return []
  return [...shown]
    .filter(({ event }) => users.has(event.userId) || files.has(event.coverImageFileId))
    .map(({ event }) => event.eventId)
}
