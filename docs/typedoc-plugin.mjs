import { Converter, ReflectionKind } from 'typedoc'
import { MarkdownPageEvent } from 'typedoc-plugin-markdown'

export function load(app) {
  // Each entry point is called what one imports, not after its file.
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const entry of project.getReflectionsByKind(ReflectionKind.Module))
      entry.name = entry.name === 'index' ? 'rsvp-store' : `rsvp-store/${entry.name}`
  })
  // What must be given has no default.
  app.renderer.on(MarkdownPageEvent.END, (page) => {
    page.contents = page.contents.replaceAll(' | `undefined` | ', ' | - | ')
  })
}
