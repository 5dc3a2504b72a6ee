-- AlterTable
ALTER TABLE "connections" ADD COLUMN "renewUntil" DATETIME;
