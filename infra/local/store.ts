import { DatabaseSync } from "node:sqlite";

/** One named set of JSON documents: read from memory, written through to the file before the call returns. */
export interface Shelf<T> {
  get(id: string): T | undefined;
  /** In the order in which they were first put. */
  all(): T[];
  put(id: string, document: T): void;
  delete(id: string): void;
}

export interface Store {
  shelf<T>(name: string): Shelf<T>;
  clear(): void;
  close(): void;
}

/**
 * The durable memory of a stand-in. SQLite rather than a JSON file: one changed document is one small write, and a killed
 * process leaves whole documents behind.
 *
 * @param file a path, or `:memory:` for a cloud that may forget.
 */
export function openStore(file: string): Store {
  const database = new DatabaseSync(file);
  // WAL without fsync survives the death of the process, which is all that a laptop's cloud promises.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
  database.exec(
    "CREATE TABLE IF NOT EXISTS documents (shelf TEXT, id TEXT, document TEXT, PRIMARY KEY (shelf, id))",
  );
  const read = database.prepare(
    "SELECT id, document FROM documents WHERE shelf = ? ORDER BY rowid",
  );
  const upsert = database.prepare(
    "INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET document = excluded.document",
  );
  const remove = database.prepare("DELETE FROM documents WHERE shelf = ? AND id = ?");
  const shelves = new Map<string, Map<string, unknown>>();

  const load = (name: string): Map<string, unknown> => {
    const known = shelves.get(name);
    if (known) return known;
    const loaded = new Map<string, unknown>();
    for (const row of read.all(name)) {
      loaded.set(String(row["id"]), JSON.parse(String(row["document"])));
    }
    shelves.set(name, loaded);
    return loaded;
  };

  return {
    shelf<T>(name: string): Shelf<T> {
      const documents = load(name) as Map<string, T>;
      return {
        get: (id) => documents.get(id),
        all: () => [...documents.values()],
        put: (id, document) => {
          upsert.run(name, id, JSON.stringify(document));
          documents.set(id, document);
        },
        delete: (id) => {
          remove.run(name, id);
          documents.delete(id);
        },
      };
    },
    clear: () => {
      database.exec("DELETE FROM documents");
      for (const documents of shelves.values()) documents.clear();
    },
    close: () => database.close(),
  };
}
