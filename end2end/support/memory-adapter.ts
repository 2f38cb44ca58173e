import type { Adapter, AdapterFactory, AdapterPayload } from "oidc-provider";

/** What several providers keep together: sessions, codes and grants go on when one takes the place of another. */
export function sharedMemory(): AdapterFactory {
  const kept = new Map<string, AdapterPayload>();
  return (model) => new MemoryAdapter(model, kept);
}

class MemoryAdapter implements Adapter {
  constructor(
    private readonly model: string,
    private readonly kept: Map<string, AdapterPayload>,
  ) {}

  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    this.kept.set(this.key(id), payload);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.kept.get(this.key(id));
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return [...this.kept].find(([key, payload]) => key.startsWith(this.key("")) && payload.uid === uid)?.[1];
  }

  async findByUserCode(): Promise<undefined> {}

  async consume(id: string): Promise<void> {
    const payload = await this.find(id);
    if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    this.kept.delete(this.key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, payload] of this.kept) if (payload.grantId === grantId) this.kept.delete(key);
  }

  private key(id: string): string {
    return `${this.model}:${id}`;
  }
}
