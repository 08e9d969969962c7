/** What the job queue keeps beside pg-boss's own tables. */

export interface JobClaimRow {
  job_id: string
  /** The job's kind, which is the name of its pg-boss queue. */
  queue: string
  /** pg-boss's retry count at the start that this claim is about. */
  attempt: number
  /** The lock that the owner holds while it lives. */
  worker_key: number
}

export interface JobTables {
  job_claim: JobClaimRow
}
