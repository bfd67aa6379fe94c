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

/** Where documents outlive the process. */
interface Disk {
  read(shelf: string): [id: string, document: unknown][];
  put(shelf: string, id: string, document: unknown): void;
  delete(shelf: string, id: string): void;
  clear(): void;
  close(): void;
}

/**
 * SQLite rather than a JSON file: one changed document is one small write, and a killed process leaves whole documents behind.
 */
function openDisk(file: string): Disk {
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
  return {
    read: (shelf) =>
      read.all(shelf).map((row) => [String(row["id"]), JSON.parse(String(row["document"]))]),
    put: (shelf, id, document) => {
      upsert.run(shelf, id, JSON.stringify(document));
    },
    delete: (shelf, id) => {
      remove.run(shelf, id);
    },
    clear: () => database.exec("DELETE FROM documents"),
    close: () => database.close(),
  };
}

/**
 * The durable memory of a stand-in.
 *
 * @param file a path, or `:memory:` for a cloud that may forget: nothing is written anywhere then.
 */
export function openStore(file: string): Store {
  const disk = file === ":memory:" ? undefined : openDisk(file);
  const shelves = new Map<string, Map<string, unknown>>();

  const load = (name: string): Map<string, unknown> => {
    const known = shelves.get(name);
    if (known) return known;
    const loaded = new Map(disk?.read(name));
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
          disk?.put(name, id, document);
          documents.set(id, document);
        },
        delete: (id) => {
          disk?.delete(name, id);
          documents.delete(id);
        },
      };
    },
    clear: () => {
      disk?.clear();
      for (const documents of shelves.values()) documents.clear();
    },
    close: () => disk?.close(),
  };
}
