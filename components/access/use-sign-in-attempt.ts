import { useState } from 'react'

/**
 * Returns the state of a sign-in form: whether a submission is in progress, the text about its result, and the function
 * that submits the form.
 */
export function useSignInAttempt(fault: string | null = null) {
  const [words, setWords] = useState<{ text: string; isFault: boolean } | null>(
    fault === null ? null : { text: fault, isFault: true },
  )
  const [busy, setBusy] = useState(false)
  /**
   * Runs an attempt to submit the form.
   * @param work returns the text to show after success: '' = no text. null = no text, and the form stays disabled
   *   because another page is loading
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
