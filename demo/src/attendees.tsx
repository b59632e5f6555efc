import { useState } from 'react'
import type { AttendeeView } from '../../src/index.ts'
import { Icon } from './icon.tsx'
import { useWords } from './languages/use-words.ts'
import { MARK_ICON } from './sync-mark.tsx'

const MOST_BONES = 6

const nameOf = ({ user, userId }: AttendeeView): string => user?.displayName || userId

function Avatar({ attendee }: { readonly attendee: AttendeeView }) {
  const [isMissing, setMissing] = useState(false)
  const url = attendee.user?.avatarCustomUrl || attendee.avatar?.fileUrl
  return (
    <span className="avatar" aria-hidden="true">
      {[...nameOf(attendee)][0]?.toUpperCase()}
      {url && !isMissing && (
        <img
          src={url}
          alt=""
          width={44}
          height={44}
          loading="lazy"
          decoding="async"
          onError={() => setMissing(true)}
        />
      )}
    </span>
  )
}

function Person({ attendee }: { readonly attendee: AttendeeView }) {
  const { text } = useWords()
  const { isMe, sync, user } = attendee
  const isOpen = isMe && sync !== 'synced'
  return (
    <li className="person" data-me={isMe || undefined}>
      <Avatar attendee={attendee} />
      <span className="person-text">
        <b>{isMe ? text.people.you : <bdi>{nameOf(attendee)}</bdi>}</b>
        <span className="meta">{isOpen ? text.mark[sync] : <bdi>{user?.description}</bdi>}</span>
      </span>
      {isOpen && <Icon name={MARK_ICON[sync]} />}
    </li>
  )
}

/** Those who come and those who might, me among them at once. */
export function Attendees({
  attendees,
  expected,
}: {
  /** `undefined` while nobody is known yet. */
  readonly attendees: readonly AttendeeView[] | undefined
  /** How many the counters promise: that much room is kept. */
  readonly expected: number
}) {
  const { people: words } = useWords().text
  if (!attendees)
    return (
      <ul className="people waiting" aria-busy="true" aria-label={words.loading}>
        {Array.from({ length: Math.min(expected, MOST_BONES) }, (_, at) => (
          <li key={at} className="person skeleton">
            <span className="avatar" />
            <i className="bone" />
          </li>
        ))}
      </ul>
    )
  const groups = (['going', 'interested'] as const).map(
    (answer) => [answer, attendees.filter(({ status }) => status === answer)] as const,
  )
  return groups.map(
    ([answer, people]) =>
      people.length > 0 && (
        <section key={answer} aria-labelledby={`people-${answer}`}>
          <h3 id={`people-${answer}`} className="people-title">
            {words[answer]}
          </h3>
          <ul className="people">
            {people.map((attendee) => (
              <Person key={attendee.userId} attendee={attendee} />
            ))}
          </ul>
        </section>
      ),
  )
}
