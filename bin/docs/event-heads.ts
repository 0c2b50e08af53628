import { eventAreas, eventKindRecords, eventKindsByArea, eventSubjectFormats } from '#lib/contract/event-kinds/index.ts'
import { replaceGeneratedPart } from './generated-part.ts'

/** Replaces the generated list in docs/rules/events.md, which has the scopes and the subject of every kind of event. */
export const replaceEventHeads = (page: string): string =>
  replaceGeneratedPart(page, {
    begin: '<!-- heads: written by `npm run docs` from lib/contract/event-kinds -->',
    end: '<!-- end of heads -->',
    text: list(),
  })

/** Returns the list in Markdown, by area. Kinds of events with the same scopes and subject share a line. */
const list = () =>
  eventKindsByArea
    .flatMap(({ area, kinds }) => {
      const heads = Map.groupBy(kinds, (kind) => {
        const { scopes, subject } = eventKindRecords[kind]
        return `Scope: ${scopes.join(', ')}. Subject: ${eventSubjectFormats[subject]}.`
      })
      return [
        `**${eventAreas[area]}**\n`,
        ...[...heads].map(([head, alike]) => `- ${alike.map((kind) => `\`${kind}\``).join(', ')}. ${head}`),
        '',
      ]
    })
    .join('\n')
    .trimEnd()
