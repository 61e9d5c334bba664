import type pg from 'pg';

/** The part of pg's connection that COPY needs. */
type CopyConnection = {
  query(sql: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
};

/**
 * Sends bytes that are in memory through COPY FROM STDIN and answers how many rows the server stored.
 * A stream would gain nothing here: a batch is one message, and a refusal is the query's ordinary error.
 */
export function copyIn(client: pg.Client, sql: string, bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    let rows = 0;
    let failure: Error | undefined;
    let connection: CopyConnection | undefined;
    const submittable = {
      submit: (opened: pg.Connection) => {
        connection = opened as unknown as CopyConnection;
        connection.query(sql);
      },
      handleCopyInResponse: () => {
        connection?.sendCopyFromChunk(bytes);
        connection?.endCopyFrom();
      },
      handleCommandComplete: (message: { readonly text?: string }) => {
        rows = Number(/^COPY (\d+)$/.exec(message.text ?? '')?.[1] ?? 0);
      },
      handleError: (error: Error) => {
        failure ??= error;
        reject(failure);
      },
      handleReadyForQuery: () => {
        if (failure === undefined) resolve(rows);
      },
      // pg calls these on whatever query is active.
      handleRowDescription: () => undefined,
      handleDataRow: () => undefined,
      handleEmptyQuery: () => undefined,
      handlePortalSuspended: () => undefined,
      callback: () => undefined,
    };
    client.query(submittable);
  });
}
