import { describe, expect, it } from 'vitest'
import { shorterClauses, ellipsisParts, shorterForms, shorterSentences } from './ellipsize.ts'

const formsOf = (text: string) => shorterForms(text).map((parts) => parts.join(''))

it('a meaning is read in its parts', () => {
  expect(ellipsisParts('recovered (was down ≤ 42 s) · Both paths carry, 0 prefixes lost')).toEqual([
    'recovered (was down ≤ 42 s) · ',
    'Both paths carry, ',
    '0 prefixes lost',
  ])
})

describe('what does not fit on a tile', () => {
  it('loses its last part first, then the last word, and says so each time', () => {
    expect(formsOf('Secondary path alone, its site on backup, 0 prefixes lost')).toEqual([
      'Secondary path alone, its site on backup, 0 prefixes lost',
      'Secondary path alone, its site on backup …',
      'Secondary path alone …',
      'Secondary path …',
      'Secondary …',
    ])
  })

  it('keeps how much is lost longer than what stands between', () => {
    expect(formsOf('No path is left, DC-A not reached, 1,204 prefixes lost')).toEqual([
      'No path is left, DC-A not reached, 1,204 prefixes lost',
      'No path is left, … 1,204 prefixes lost',
      'No path is left …',
      'No path is …',
      'No path …',
      'No …',
    ])
  })

  it('is the same text where there is nothing to leave out', () => {
    expect(formsOf('Maintenance')).toEqual(['Maintenance'])
    expect(formsOf('')).toEqual([''])
  })
})

it('an impact is shortened by clauses, then by words', () => {
  expect(
    shorterClauses('2 prefixes lost; no path on erc-london and erc-paris; one BGP peer is lost.').slice(0, 4),
  ).toEqual([
    '2 prefixes lost; no path on erc-london and erc-paris; one BGP peer is lost.',
    '2 prefixes lost; no path on erc-london and erc-paris.',
    '2 prefixes lost.',
    '2 prefixes …',
  ])
})

it('what to do next is shortened by sentences, then by words, each version shorter than the one before', () => {
  const forms = shorterSentences('Ask Equinix for the link. Known: Microsoft’s port LON-06. ARP is incomplete.')
  expect(forms).toEqual([
    'Ask Equinix for the link. Known: Microsoft’s port LON-06. ARP is incomplete.',
    'Ask Equinix for the link. Known: Microsoft’s port LON-06.',
    'Ask Equinix for the link.',
    'Ask Equinix for the …',
    'Ask Equinix for …',
    'Ask Equinix …',
    'Ask …',
  ])
})
