import { Converter, ReflectionKind } from 'typedoc'

/** After TypeDoc has put its own groups together. */
const LATE = -1_000

const entriesOf = (project) => project.getReflectionsByKind(ReflectionKind.Module)
const byName = (one, other) => one.name.localeCompare(other.name)

export function load(app) {
  // Each entry point is called what one imports, not after its file.
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const entry of entriesOf(project))
      entry.name = entry.name === 'index' ? 'rsvp-store' : `rsvp-store/${entry.name}`
  })
  // What an entry point has stands by name; the members of each stay as they are written.
  app.converter.on(
    Converter.EVENT_RESOLVE_END,
    ({ project }) => {
      for (const { groups = [] } of entriesOf(project))
        for (const { children } of groups) children.sort(byName)
    },
    LATE,
  )
}
