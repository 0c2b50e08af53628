import { useState } from 'react'

/**
 * Returns the state of submitting a form: whether it is busy, the text that is shown afterwards, and the function that
 * submits.
 */
export function useSignInAttempt(fault: string | null = null) {
  const [words, setWords] = useState<{ text: string; isFault: boolean } | null>(
    fault === null ? null : { text: fault, isFault: true },
  )
  const [busy, setBusy] = useState(false)
  /**
   * Runs an attempt to submit the form.
   * @param work returns the text to show after success: '' = no text; null = no text, and the form stays busy because
   *   another page is loading
   */
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
