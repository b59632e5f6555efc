import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './styles.css'
import { trustOnlyTheWorker } from './trusted-types.ts'
import { warmPictures } from './warm-pictures.ts'

const place = document.getElementById('app') as HTMLElement

trustOnlyTheWorker()
warmPictures()
history.scrollRestoration = 'manual'

// Imported late: an address with a bad `?api=` makes the store throw, and then the page says so.
import('./app.tsx').then(
  ({ App }) =>
    createRoot(place).render(
      <StrictMode>
        <App />
      </StrictMode>,
    ),
  (error: unknown) => {
    place.textContent = String(error)
  },
)
