import { Converter, ReflectionKind } from 'typedoc'

/** Calls each entry point what one imports, not after its file. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const entry of project.getReflectionsByKind(ReflectionKind.Module))
      entry.name = entry.name === 'index' ? 'rsvp-store' : `rsvp-store/${entry.name}`
  })
}
