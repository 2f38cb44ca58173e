export type FaultKind =
  | { status: number; body?: string; content_type?: string }
  | { latency_ms: number }
  | "drop"
  | "drop_after"
  | "malformed"
  | "truncate"
  | "expire_tokens";

export interface Fault {
  /** The system as the sandbox calls it. */
  system: string;
  /** How the path must start; every path when absent. */
  path?: string;
  /** The only method it strikes; every method when absent. */
  method?: string;
  kind: FaultKind;
}

/** Lets the partners that the sandbox plays fail on purpose. */
export class Faults {
  constructor(private readonly controlUrl: string) {}

  async add(fault: Fault): Promise<void> {
    await this.control("POST", JSON.stringify(fault));
  }

  async clear(): Promise<void> {
    await this.control("DELETE", null);
  }

  private async control(method: string, body: string | null): Promise<void> {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${this.controlUrl}/faults`, { method, headers, body });
    if (!response.ok) throw new Error(`${method} faults: ${response.status} ${await response.text()}`);
  }
}
