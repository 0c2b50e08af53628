import { useState } from 'react'

/** Something that a form tries, and what it says afterwards. */
export function useAttempt(fault: string | null = null) {
  const [words, setWords] = useState<{ text: string; isFault: boolean } | null>(
    fault === null ? null : { text: fault, isFault: true },
  )
  const [busy, setBusy] = useState(false)
  /** @param work what it says where it succeeded; null = nothing, and what follows keeps the form busy; '' = nothing */
  const attempt = async (work: () => Promise<string | null>) => {
    setBusy(true)
    setWords(null)
    try {
      const text = await work()
      if (text === null) return
      setWords({ text, isFault: false })
    } catch (cause) {
      setWords({ text: (cause as Error).message, isFault: true })
    }
    setBusy(false)
  }
  return { words, busy, attempt }
}
