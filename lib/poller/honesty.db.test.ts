import { holdToHonesty } from './testing/hold-to-honesty.ts'

/** One of each kind: refused for now, unreadable, cut short, silent, empty. */
holdToHonesty(['429', 'garbage', 'reset', 'nothing', 'empty-table'])
