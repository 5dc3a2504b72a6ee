-- AlterTable
ALTER TABLE "connections" ADD COLUMN     "renewUntil" TIMESTAMP(3);
