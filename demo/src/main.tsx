import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './styles/styles.css'
import { ADDRESS } from './address.ts'
import { askDouble } from './ask-double.ts'
import { InWords } from './languages/in-words.tsx'
import { trustOnlyTheWorker } from './trusted-types.ts'
import { warmPictures } from './warm-pictures.ts'

const place = document.getElementById('app') as HTMLElement

trustOnlyTheWorker()
warmPictures()
history.scrollRestoration = 'manual'

/** The server is in the mood before the store says its first word. */
async function inMood(): Promise<void> {
  const { mood } = ADDRESS
  if (mood !== null) await askDouble('', 'PUT', { mood }).catch(() => undefined)
}

// Imported late: an address with a bad `?api=` makes the store throw, and then the page says so.
inMood()
  .then(() => import('./app.tsx'))
  .then(
    ({ App }) =>
      createRoot(place).render(
        <StrictMode>
          <InWords>
            <App />
          </InWords>
        </StrictMode>,
      ),
    (error: unknown) => {
      place.textContent = String(error)
    },
  )
