import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkDocuments } from './documents.ts'
import { listPageUses, listStalePages } from './fact-pages.ts'

const DECISION = '# 0001: Polls are leases\n\nStatus: accepted, 2026-11-20.\n'
const SOUND = {
  'README.md':
    'See [leases](docs/leases.md#how-long-10-s), [again](docs/leases.md#twice-1), `lib/lease.ts` and `lease.ts`.\n',
  'docs/leases.md':
    '# Leases\n## How long: 10 s?\n## Twice\n## Twice\n[README](../README.md), [up](#leases), [web](https://example.com/x)\n',
  'docs/adr/0001-polls-are-leases.md': DECISION,
  'docs/adr/README.md': '- [0001](0001-polls-are-leases.md)\n',
  'lib/lease.ts': '/** Ends by itself (ADR 0001, docs/leases.md#twice). */\n',
  'CHANGELOG.md': '- Leases.\n',
}

function faultsOf(changed: Record<string, string>): string[] {
  const root = mkdtempSync(path.join(tmpdir(), 'peerwatch-documents-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [file, text] of Object.entries({ ...SOUND, ...changed })) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    writeFileSync(path.join(root, file), text)
  }
  return checkDocuments(root).faults
}

const inReadme = (text: string) => ({ 'README.md': `${SOUND['README.md']}${text}\n` })

it('accepts what leads somewhere, and what is no path', () => {
  expect(faultsOf({})).toEqual([])
  expect(
    faultsOf(
      inReadme(
        '`lib/<kind>/index.ts`, `lib/*.test.ts`, `lib/{a,b}.ts`, `npm run lib/none`, `GET /lib/none`, `a/b`, `lib/`, `lib/lease.ts:3`, `[x](y.md)`\n```\n[x](none.md) `lib/none.ts`\n```',
      ),
    ),
  ).toEqual([])
})

it.each<{ what: string; changed: Record<string, string>; fault: string }>([
  {
    what: 'a dead link',
    changed: inReadme('[x](docs/none.md)'),
    fault: 'README.md:2: docs/none.md leads nowhere',
  },
  {
    what: 'a dead reference',
    changed: inReadme('[x]: docs/none.md'),
    fault: 'README.md:2: docs/none.md leads nowhere',
  },
  {
    what: 'a dead anchor',
    changed: inReadme('[x](docs/leases.md#how-short)'),
    fault: 'README.md:2: docs/leases.md#how-short names no heading',
  },
  {
    what: 'a dead folder in the README of a folder',
    changed: { 'lib/room/README.md': '`rules/`, `old/`\n', 'lib/room/rules/a.ts': '' },
    fault: 'lib/room/README.md:1: `old/` names no file',
  },
  { what: 'a dead path', changed: inReadme('`lib/none`'), fault: 'README.md:2: `lib/none` names no file' },
  {
    what: 'a dead end of a path',
    changed: inReadme('`old/lease.ts`'),
    fault: 'README.md:2: `old/lease.ts` names no file',
  },
  { what: 'a dead file name', changed: inReadme('`none.ts`'), fault: 'README.md:2: `none.ts` names no file' },
  {
    what: 'a dead document in code',
    changed: { 'lib/other.ts': '// docs/none.md' },
    fault: 'lib/other.ts: docs/none.md leads nowhere',
  },
  {
    what: 'a citation of no decision',
    changed: { 'lib/other.ts': '// ADR 0002' },
    fault: 'lib/other.ts: there is no decision 0002',
  },
  {
    what: 'a decision that is not in the index',
    changed: { 'docs/adr/README.md': '' },
    fault: 'docs/adr/0001-polls-are-leases.md: is not in docs/adr/README.md',
  },
  {
    what: 'a decision that is superseded',
    changed: { 'docs/adr/0001-polls-are-leases.md': DECISION.replace('accepted,', 'superseded by 0002,') },
    fault: 'docs/adr/0001-polls-are-leases.md: is not "Status: accepted, <date>."',
  },
  {
    what: 'a number that is taken',
    changed: {
      'docs/adr/0001-twice.md': DECISION,
      'docs/adr/README.md': '[a](0001-polls-are-leases.md) [b](0001-twice.md)',
    },
    fault: "docs/adr/0001-twice.md: its number is another one's",
  },
])('names $what', ({ changed, fault }) => {
  expect(faultsOf(changed)).toEqual([fault])
})

describe('pages of Azure', () => {
  const cited = listPageUses(path.resolve(import.meta.dirname, '../..'))
  it('each have a day, and each is cited', () => {
    const known = listStalePages(Number.POSITIVE_INFINITY).map(({ page }) => page)
    expect([...cited.keys()].toSorted()).toEqual(known.toSorted())
  })

  it('are to be read where no day is noted, or an old one', () => {
    const limits =
      'https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits'
    const pagesAt = (at: string) => listStalePages(Date.parse(at)).map(({ page }) => page)
    expect(pagesAt('2026-11-26')).not.toContain(limits)
    expect(pagesAt('2027-03-01')).toContain(limits)
    expect(pagesAt('2026-01-01').length).toBeGreaterThan(0)
    expect(cited.get(limits)).toContainEqual(expect.stringMatching(/^fact microsoft_prefixes_ipv6: .* 200$/))
    expect(cited.get(limits)).toContainEqual(expect.stringMatching(/^check prefix_headroom: /))
  })
})
