-- CreateTable
CREATE TABLE "proposals" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "connectionId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "artifactKind" TEXT NOT NULL,
    "artifactId" TEXT NOT NULL,
    "file" TEXT NOT NULL,
    "branch" TEXT NOT NULL,
    "number" INTEGER,
    "url" TEXT,
    "contentHash" TEXT NOT NULL,
    "headSha" TEXT,
    "state" TEXT NOT NULL,
    "refusedKey" TEXT,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateIndex
CREATE INDEX "proposals_state_idx" ON "proposals"("state");

-- CreateIndex
CREATE UNIQUE INDEX "proposals_connectionId_scope_artifactKind_artifactId_key" ON "proposals"("connectionId", "scope", "artifactKind", "artifactId");
