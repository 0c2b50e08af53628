import { eventAreas, eventKindRecords, eventKindsByArea, eventSubjects } from '#lib/contract/event-kinds/index.ts'
import { withPart } from './written-part.ts'

/** Replaces the list of scopes and subjects of all event kinds on the page of events. */
export const withEventHeads = (page: string): string =>
  withPart(page, {
    begin: '<!-- heads: written by `npm run docs` from lib/contract/event-kinds -->',
    end: '<!-- end of heads -->',
    text: list(),
  })

/**
 * Returns the list of scopes and subjects in Markdown, by area. Event kinds with the same scopes and subject share a
 * line.
 */
const list = () =>
  eventKindsByArea
    .flatMap(({ area, kinds }) => {
      const heads = Map.groupBy(kinds, (kind) => {
        const { scopes, subject } = eventKindRecords[kind]
        return `Scope: ${scopes.join(', ')}. Subject: ${eventSubjects[subject]}.`
      })
      return [
        `**${eventAreas[area]}**\n`,
        ...[...heads].map(([head, alike]) => `- ${alike.map((kind) => `\`${kind}\``).join(', ')}. ${head}`),
        '',
      ]
    })
    .join('\n')
    .trimEnd()
