import type { ProblemDetails } from '#lib/contract/index.ts'

/**
 * Error of a failed API request, with the title and detail of the API's problem response; `status` is 0 if there was no
 * response.
 */
export class ApiError extends Error {
  readonly status: number
  readonly title: string
  readonly detail: string

  constructor(status: number, title: string, detail: string) {
    super(`${title}: ${detail}`)
    this.name = 'ApiError'
    this.status = status
    this.title = title
    this.detail = detail
  }

  static fromProblem(problem: ProblemDetails): ApiError {
    return new ApiError(problem.status, problem.title, problem.detail)
  }
}
