import type { MseeDownReason } from '#lib/contract/index.ts'
import type { SessionState } from '#lib/bgp/index.ts'

interface PrefixState {
  state: SessionState
  prefixesReceived: number | null
  downReason: MseeDownReason
}

const WORDS = new Map<string, SessionState>([
  ['idle', 'idle'],
  ['connect', 'connect'],
  ['active', 'active'],
  ['opensent', 'openSent'],
  ['openconfirm', 'openConfirm'],
  ['established', 'established'],
])

/**
 * Parses `statePfxRcd` of a BGP neighbor. It is a number if the session is established (the number of received
 * prefixes), otherwise the state of the session. `Idle (Admin)` means that Microsoft shut the session down; `Idle
 * (PfxCt)` means that Microsoft holds it down because of too many prefixes.
 * @returns state `unknown` for a text that is not a known state
 */
export function parsePrefixState(printed: string): PrefixState {
  const text = printed.trim()
  if (/^\d{1,9}$/.test(text)) return { state: 'established', prefixesReceived: Number(text), downReason: null }
  const [, word = '', reason = ''] = /^([a-z]+)\s*(?:\(\s*([a-z]+)\s*\))?$/i.exec(text) ?? []
  const state = WORDS.get(word.toLowerCase()) ?? 'unknown'
  if (state !== 'idle') return { state, prefixesReceived: null, downReason: null }
  if (/^admin$/i.test(reason)) return { state: 'stopped', prefixesReceived: null, downReason: 'admin' }
  return { state, prefixesReceived: null, downReason: /^pfxct$/i.test(reason) ? 'prefixLimit' : null }
}
