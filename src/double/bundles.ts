import type { EventRow, FileRow, ResponseRow, UserRow } from '../model/entities.ts'
import type { FileId, UserId } from '../model/ids.ts'
import { isoOf } from './plain-rows.ts'
import { artOf } from './sample-art.ts'
import type { World } from './world.ts'

/** The lists of a reply that is about answers. */
export interface ResponseLists {
  readonly events: readonly EventRow[]
  readonly eventResponses: readonly ResponseRow[]
  readonly users: readonly UserRow[]
  readonly files: readonly FileRow[]
}

/** The lists of a reply that is about events; the last three are documented and always empty here. */
export interface EventLists extends Omit<ResponseLists, 'eventResponses'> {
  readonly communities: readonly []
  readonly posts: readonly []
  readonly rooms: readonly []
}

/** Events with their creators, covers and avatars. `origin` starts the file URLs. */
export function eventLists(world: World, origin: string, events: readonly EventRow[]): EventLists {
  const { users, files } = companions(world, origin, events, [])
  return { events, users, files, communities: [], posts: [], rooms: [] }
}

/** Answers with their events, with everybody named in either, and with covers and avatars. */
export function responseLists(
  world: World,
  origin: string,
  events: readonly EventRow[],
  eventResponses: readonly ResponseRow[],
): ResponseLists {
  return { events, eventResponses, ...companions(world, origin, events, eventResponses) }
}

/** A user with their avatar. */
export function userLists(world: World, origin: string, user: UserRow) {
  return { users: [user], files: filesOf(world, origin, [user.avatarFileId]) }
}

function companions(
  world: World,
  origin: string,
  events: readonly EventRow[],
  responses: readonly ResponseRow[],
): { readonly users: readonly UserRow[]; readonly files: readonly FileRow[] } {
  const userIds = new Set<UserId>()
  for (const { userId } of [...events, ...responses]) if (userId !== undefined) userIds.add(userId)
  const users = [...userIds].flatMap((userId) => world.usersById.get(userId) ?? [])
  const fileIds = [
    ...events.map((event) => event.coverImageFileId),
    ...users.map((user) => user.avatarFileId),
  ]
  return { users, files: filesOf(world, origin, fileIds) }
}

function filesOf(
  world: World,
  origin: string,
  ids: readonly (FileId | null | undefined)[],
): readonly FileRow[] {
  return [...new Set(ids)].flatMap((fileId) => (fileId ? fileRow(world, origin, fileId) : []))
}

/** Files are drawn, not stored: the row follows from the id. */
function fileRow(world: World, origin: string, fileId: FileId): readonly FileRow[] {
  const art = artOf(world, fileId)
  if (!art) return []
  const createdAt = isoOf(Date.UTC(2026, 0, 5))
  return [
    {
      fileId,
      fileUrl: `${origin}/files/${encodeURIComponent(fileId)}`,
      type: 'image',
      accessType: 'public',
      altText: art.altText,
      createdAt,
      updatedAt: createdAt,
      attributes: {
        name: `${fileId}.svg`,
        extension: 'svg',
        size: new TextEncoder().encode(art.svg).length,
        mimeType: 'image/svg+xml',
        metadata: { exif: {}, gps: {}, height: art.height, width: art.width, isFull: true },
      },
    },
  ]
}
