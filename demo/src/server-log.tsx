import { answerWord } from './answer-words.ts'
import { useWords } from './languages/use-words.ts'
import type { DoubleState } from './use-double.ts'

const MOST = 6

const ANSWER_PATH = /^\/api\/v1\/events\/([^/]+)\/rsvp$/

/** What reached the server: the answers it took, and the last times it was asked. */
export function ServerLog({ state: { writes, requests } }: { readonly state: DoubleState }) {
  const { text, times } = useWords()
  const { panel } = text
  const asked = requests.filter(({ path }) => path.startsWith('/api/v1/')).slice(-MOST)
  return (
    <>
      <h3>{panel.taken}</h3>
      {writes.length === 0 ? (
        <p className="meta">{panel.noneTaken}</p>
      ) : (
        <ol className="log" data-testid="writes">
          {writes
            .slice(-MOST)
            .reverse()
            .map(({ userId, eventId, status, at }, place) => (
              <li key={writes.length - place}>
                <time>{times.timeOf(at)}</time>
                <span dir="ltr">
                  {userId}, {eventId}
                </span>
                <b>{answerWord(text, status)}</b>
              </li>
            ))}
        </ol>
      )}
      <h3>{panel.requests}</h3>
      <ol className="log">
        {asked.reverse().map(({ method, path, at, status }, place) => (
          <li key={`${at} ${method} ${path} ${asked.length - place}`}>
            <time>{times.secondsOf(at)}</time>
            <span className="log-path" dir="ltr">
              {ANSWER_PATH.test(path) && method !== 'GET' ? <b>{method}</b> : method}{' '}
              {path.replace('/api/v1/', '')}
            </span>
            <b data-ok={status >= 200 && status < 300}>{status === 0 ? panel.noReply : status}</b>
          </li>
        ))}
      </ol>
    </>
  )
}
