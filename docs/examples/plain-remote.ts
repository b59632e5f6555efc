import type { Question, Remote, RemoteRequest, RsvpStatus } from 'rsvp-store'

/** Our backend's own words. */
interface Gathering {
  readonly id: string
  readonly name: string
  readonly host: string
  readonly starts: string
  readonly state: 'planned' | 'on' | 'over' | 'off'
  readonly yes: number
  readonly maybe: number
  readonly changed: string
}
interface Reply {
  readonly gathering: string
  readonly person: string
  readonly says: 'yes' | 'maybe' | 'no'
  readonly at: string
}
interface Body {
  readonly gatherings?: readonly Gathering[]
  readonly replies?: readonly Reply[]
  readonly people?: readonly { readonly id: string; readonly name: string }[]
  readonly cursor?: string
}

const SAYS = { going: 'yes', interested: 'maybe', not_going: 'no' } as const
const STATUS = { yes: 'going', maybe: 'interested', no: 'not_going' } as const satisfies Record<
  string,
  RsvpStatus
>
/** Its errors have no numbers; that there is one says that it was this backend which spoke. */
const OURS = 1
const STATES = { planned: 'scheduled', on: 'live', over: 'ended', off: 'cancelled' } as const

/** A backend that has one `PUT /rsvps/:eventId` for a new answer and for a changed one. */
export const plainRemote: Remote = {
  request,
  read(json) {
    const { gatherings, replies, people, cursor } = json as Body
    return {
      bundle: {
        events: gatherings?.map(({ id, name, host, starts, state, yes, maybe, changed }) => ({
          eventId: id,
          userId: host,
          title: name,
          status: STATES[state],
          startTime: starts,
          rsvpCount: yes,
          interestedCount: maybe,
          updatedAt: changed,
        })),
        eventResponses: replies?.map(({ gathering, person, says, at }) => ({
          eventId: gathering,
          userId: person,
          status: STATUS[says],
          respondedAt: at,
          updatedAt: at,
        })),
        users: people?.map(({ id, name }) => ({ userId: id, displayName: name })),
      },
      next: cursor,
    }
  },
  errorIn(json) {
    const { error } = Object(json) as { readonly error?: string }
    return { message: error, code: error === undefined ? undefined : OURS }
  },
}

function request(question: Question): RemoteRequest {
  const get = (path: string, narrowing: Record<string, string | undefined> = {}): RemoteRequest => {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries({ ...narrowing, ...pageOf(question) }))
      if (value !== undefined) query.set(name, value)
    return { method: 'GET', path, query }
  }
  const id = 'eventId' in question ? encodeURIComponent(question.eventId) : ''
  switch (question.ask) {
    case 'answer':
      return { method: 'PUT', path: `/rsvps/${id}`, body: { says: SAYS[question.status] } }
    case 'my-answer':
      return get(`/rsvps/${id}`)
    case 'my-answers':
      return get('/rsvps')
    case 'event':
      return get(`/gatherings/${id}`)
    case 'attendees':
      return get(`/gatherings/${id}/replies`)
    case 'events': {
      const { from, to } = question.query
      return get('/gatherings', { after: from?.toString(), before: to?.toString() })
    }
  }
}

const pageOf = (question: Question): Record<string, string> => {
  if (!('page' in question)) return {}
  const { page } = question
  return 'token' in page ? { cursor: page.token } : { limit: String(page.limit) }
}
