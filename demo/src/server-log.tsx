import { timeOf } from './time-words.ts'
import type { DoubleState } from './use-double.ts'
import { answerWord } from './words.ts'

const MOST = 6
const SECONDS = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })

const ANSWER_PATH = /^\/api\/v1\/events\/([^/]+)\/rsvp$/
const replyWord = (status: number): string => (status === 0 ? 'no reply' : String(status))

/** What reached the server: the answers it took, and the last times it was asked. */
export function ServerLog({ state: { writes, requests } }: { readonly state: DoubleState }) {
  const asked = requests.filter(({ path }) => path.startsWith('/api/v1/')).slice(-MOST)
  return (
    <>
      <h3>Answers the server took</h3>
      {writes.length === 0 ? (
        <p className="meta">None yet.</p>
      ) : (
        <ol className="log" data-testid="writes">
          {writes
            .slice(-MOST)
            .reverse()
            .map(({ userId, eventId, status, at }, place) => (
              <li key={writes.length - place}>
                <time>{timeOf(at)}</time>
                <span>
                  {userId}, {eventId}
                </span>
                <b>{answerWord(status)}</b>
              </li>
            ))}
        </ol>
      )}
      <h3>Last requests</h3>
      <ol className="log">
        {asked.reverse().map(({ method, path, at, status }, place) => (
          <li key={`${at} ${method} ${path} ${asked.length - place}`}>
            <time>{SECONDS.format(at)}</time>
            <span className="log-path">
              {ANSWER_PATH.test(path) && method !== 'GET' ? <b>{method}</b> : method}{' '}
              {path.replace('/api/v1/', '')}
            </span>
            <b data-ok={status >= 200 && status < 300}>{replyWord(status)}</b>
          </li>
        ))}
      </ol>
    </>
  )
}
